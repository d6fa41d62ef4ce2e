import { useState } from "react";
import { folderPlace } from "@/features/artifacts/logic/folderPlace";
import { Preview } from "@/features/artifacts/preview/Preview";
import { Panel } from "@/lib/Panel";
import classes from "./Version.module.css";

/** An input that the model takes, as it was logged with it. */
export default function InputExample({ folder, path }: { folder: string; path: string }) {
  const [shown, setShown] = useState(path);
  return (
    <Panel title="Input example" flush>
      <div className={classes.example}>
        <Preview key={shown} runId={folderPlace(folder)} path={shown} onChoose={setShown} />
      </div>
    </Panel>
  );
}
