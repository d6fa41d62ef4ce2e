/** The product's mark: two waves. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable={false}>
      <rect width="32" height="32" rx="7" fill="#0a6c7e" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <path d="M6 13c3.3-4 6.7-4 10 0s6.7 4 10 0" />
        <path d="M6 20c3.3-4 6.7-4 10 0s6.7 4 10 0" opacity=".65" />
      </g>
    </svg>
  );
}
