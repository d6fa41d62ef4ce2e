/** What a person can do to tags. Each says whether it worked; a failure has been told to the person. */
export interface TagActions {
  setTag(key: string, value: string): Promise<boolean>;
  removeTag(key: string, value: string): Promise<boolean>;
}
