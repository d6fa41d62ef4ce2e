import { Check, TriangleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { dismissToast, type Toast, useToasts } from "@/lib/toast";
import classes from "./Toasts.module.css";

const SHOWN_MS = 6_000;
/** Long enough to notice a mistake. */
const UNDO_MS = 12_000;

/** What just happened, in the corner. An error stays until it is closed. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <section className={classes.stack} aria-label="Notifications" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, kind, undo } = toast;
  useEffect(() => {
    if (kind === "error") return;
    const timer = setTimeout(() => dismissToast(id), undo === null ? SHOWN_MS : UNDO_MS);
    return () => clearTimeout(timer);
  }, [id, kind, undo]);

  const takeBack = () => {
    dismissToast(id);
    undo?.();
  };
  return (
    <div className={classes.toast} data-kind={kind} role={kind === "error" ? "alert" : undefined}>
      {kind === "error" ? <TriangleAlert size={16} aria-hidden /> : <Check size={16} aria-hidden />}
      <div className={classes.text}>
        {toast.text}
        {toast.hint !== null && <div className={classes.hint}>{toast.hint}</div>}
      </div>
      {undo !== null && (
        <button type="button" className={classes.undo} onClick={takeBack}>
          Undo
        </button>
      )}
      <button type="button" className={classes.close} onClick={() => dismissToast(id)} aria-label="Dismiss">
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
