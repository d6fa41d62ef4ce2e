import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { joinList, splitList } from "@/lib/listParam";
import { useQueryState } from "@/lib/queryState";
import { useWorkspace } from "@/lib/workspace";
import { fileName, folderOf, kindByName } from "../logic/kinds";
import { fileUrl, folderQuery } from "../source";
import classes from "./ImageView.module.css";
import type { FileViewProps } from "./Preview";
import bar from "./Preview.module.css";

/** Screen pixels per picture pixel; 0 fits the picture into its place. */
const ZOOMS = [0, 0.25, 0.5, 1, 2, 4, 8, 16];
/** Pictures offered beside this one. */
const OFFERED_MAX = 60;

/** A picture, fitted or enlarged, alone or beside others of its folder. */
export default function ImageView({ url, path, runId }: FileViewProps & { runId: string }) {
  const workspace = useWorkspace();
  const [query, patchQuery] = useQueryState();
  const [zoom, setZoom] = useState(0);
  const beside = splitList(query.beside);
  const folder = useQuery(folderQuery(workspace, runId, folderOf(path)));
  const others = (folder.data?.files ?? [])
    .map((file) => file.path)
    .filter((one) => one !== path && kindByName(one) === "image");
  const toggle = (one: string) => {
    const next = beside.includes(one) ? beside.filter((other) => other !== one) : [...beside, one];
    patchQuery({ beside: joinList(next) });
  };
  const step = ZOOMS.indexOf(zoom);
  return (
    <>
      <div className={bar.bar}>
        <button type="button" className={bar.button} aria-pressed={zoom === 0} onClick={() => setZoom(0)}>
          Fit
        </button>
        <button
          type="button"
          className={bar.button}
          aria-label="Smaller"
          disabled={step <= 1}
          onClick={() => setZoom(ZOOMS[step - 1] ?? 1)}
        >
          −
        </button>
        <span className={classes.zoom}>{zoom === 0 ? "fit" : `${zoom * 100} %`}</span>
        <button
          type="button"
          className={bar.button}
          aria-label="Larger"
          disabled={step === ZOOMS.length - 1}
          onClick={() => setZoom(zoom === 0 ? 1 : (ZOOMS[step + 1] ?? 1))}
        >
          +
        </button>
      </div>
      <section
        className={classes.stage}
        data-fit={zoom === 0}
        aria-label="Pictures"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard.
        tabIndex={0}
      >
        <Picture url={url} path={path} zoom={zoom} />
        {beside.map((one) => (
          <Picture key={one} url={fileUrl(workspace, runId, one)} path={one} zoom={zoom} />
        ))}
      </section>
      {others.length > 0 && (
        <ul className={classes.others} aria-label="Show beside">
          {others.slice(0, OFFERED_MAX).map((one) => (
            <li key={one}>
              <button
                type="button"
                aria-pressed={beside.includes(one)}
                title={`Show ${one} beside`}
                onClick={() => toggle(one)}
              >
                <img src={fileUrl(workspace, runId, one)} alt={fileName(one)} loading="lazy" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Picture({ url, path, zoom }: { url: string; path: string; zoom: number }) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState(false);
  return (
    <figure className={classes.picture}>
      {broken ? (
        <p role="alert" className={classes.broken}>
          This picture cannot be decoded. It may be damaged, or not be what its name says.
        </p>
      ) : (
        <img
          src={url}
          alt={fileName(path)}
          data-large={zoom > 1}
          style={zoom === 0 || size === null ? undefined : { width: size.width * zoom, maxWidth: "none" }}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setBroken(true)}
        />
      )}
      <figcaption>
        {fileName(path)}
        {size !== null && size.width > 0 && ` · ${size.width} × ${size.height}`}
      </figcaption>
    </figure>
  );
}
