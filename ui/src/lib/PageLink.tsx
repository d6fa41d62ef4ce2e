import { Link, useNavigate } from "@tanstack/react-router";
import { type ComponentProps, useCallback } from "react";
import type { Target } from "./paths";

interface PageLinkProps extends Omit<ComponentProps<"a">, "href"> {
  page: Target;
  /** A place on it. */
  hash?: string;
}

/** A link is current only where it leads, not on the pages below. */
const EXACT = { exact: true, includeSearch: false };

/** A link to a page of ours: followed without loading, opened in a tab as any link. */
export function PageLink({ page, ...rest }: PageLinkProps) {
  // Targets are made by lib/paths, which the router's own types cannot see.
  const Anchor = Link as unknown as (props: Record<string, unknown>) => React.ReactNode;
  return <Anchor to={page.to} search={page.search ?? {}} activeOptions={EXACT} {...rest} />;
}

/** Goes to a page of ours from code. */
export function useGo(): (page: Target) => void {
  const navigate = useNavigate();
  return useCallback(
    (page) => void navigate({ to: page.to, search: (page.search ?? {}) as never }),
    [navigate],
  );
}
