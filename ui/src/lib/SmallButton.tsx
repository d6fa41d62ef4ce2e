import type { ReactNode } from "react";
import classes from "./SmallButton.module.css";

interface SmallButtonProps {
  onClick: () => void;
  primary?: boolean;
  disabled?: boolean;
  title?: string;
  children: ReactNode;
}

/** A small button, as in the heads of panels. */
export function SmallButton({
  onClick,
  primary = false,
  disabled = false,
  title,
  children,
}: SmallButtonProps) {
  return (
    <button
      type="button"
      className={classes.button}
      data-primary={primary || undefined}
      onClick={onClick}
      disabled={disabled}
      title={title}
    >
      {children}
    </button>
  );
}
