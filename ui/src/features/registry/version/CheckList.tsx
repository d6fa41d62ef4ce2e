import { CircleCheck, CircleX } from "lucide-react";
import type { Verdict } from "@/api/registry/types";
import { StateMark } from "@/lib/StateMark";
import classes from "./CheckList.module.css";

/** What a rule requires, and whether a version meets it: by shape, colour and words. */
export function CheckList({ checks }: { checks: readonly Verdict[] }) {
  return (
    <ul className={classes.checks}>
      {checks.map(({ requirement, is_green, reason, link }) => (
        <li key={requirement} data-green={is_green}>
          <StateMark
            icon={is_green ? CircleCheck : CircleX}
            tone={is_green ? "ok" : "bad"}
            label={is_green ? "Green" : "Red"}
            iconOnly
          />
          <span>
            <code>{requirement}</code>
            <span className={classes.reason}>
              {reason}
              {/^https?:\/\//.test(link) && (
                <>
                  {" "}
                  <a href={link} target="_blank" rel="noreferrer">
                    Details
                  </a>
                </>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
