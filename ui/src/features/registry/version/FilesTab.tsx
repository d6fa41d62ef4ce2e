import type { VersionDetail } from "@/api/registry/types";
import ArtifactBrowser from "@/features/artifacts/ArtifactBrowser";
import { folderPlace } from "@/features/artifacts/logic/folderPlace";
import { CopyButton } from "@/lib/CopyButton";
import { Message } from "@/lib/Message";

/** The version's files, where they lie in the store. */
export default function FilesTab({ detail: { facts, version } }: { detail: VersionDetail }) {
  if (facts.folder === "")
    return (
      <Message title="Its files cannot be shown">
        <p>{facts.problem || "They do not lie in the store of this server."}</p>
        <p>
          <code>{version.source}</code> <CopyButton text={version.source} what="Source" />
        </p>
      </Message>
    );
  return <ArtifactBrowser runId={folderPlace(facts.folder)} rootUri={version.source} models={[]} />;
}
