const WORDS =
  /(?:^|_)(?:token|secret|password|passwd|passphrase|key|credentials?|auth|cookie|dsn)(?:_|$)|(?:apikey|accesskey)$/i;

/** Whether a variable of this name is likely to hold what nobody should read over a shoulder. */
export function looksSecret(name: string): boolean {
  return WORDS.test(name);
}
