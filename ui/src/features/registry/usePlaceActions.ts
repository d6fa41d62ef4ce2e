import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import {
  describe,
  type Place,
  removeAlias,
  removePlace,
  removeTag,
  renameModel,
  setCard,
  setTag,
} from "@/api/registry/changes";
import type { TagActions } from "@/lib/tags/actions";
import { toastDone, toastError } from "@/lib/toast";
import { useWorkspace } from "@/lib/workspace";

/** Each says whether it worked; a failure has been told to the person, and what worked can be taken back. */
export interface PlaceActions extends TagActions {
  writeCard: (card: string) => Promise<boolean>;
  describe: (description: string) => Promise<boolean>;
  removeAlias: (alias: string) => Promise<boolean>;
  /** Throws what the server said. */
  rename: (name: string) => Promise<void>;
  /** Throws what the server said. */
  remove: () => Promise<void>;
}

/** What stands there now, so that it can be put back. */
interface Standing {
  card: string;
  description: string;
  tags: Readonly<Record<string, string>>;
}

/** What a person can do to a model, or to a version of one. */
export function usePlaceActions({ name, version }: Place, standing: Standing): PlaceActions {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMemo(() => {
    const place: Place = version === undefined ? { name } : { name, version };
    const refresh = () => client.invalidateQueries({ queryKey: keys.registry(workspace) });
    const attempt = async (what: string, change: () => Promise<unknown>) => {
      try {
        await change();
      } catch (error) {
        toastError(what, error);
        return false;
      }
      await refresh();
      return true;
    };
    const tell = async (done: Promise<boolean>, text: string, undo: (() => Promise<boolean>) | null) => {
      const worked = await done;
      if (worked) toastDone(text, undo === null ? null : () => void undo());
      return worked;
    };
    const card = (text: string) => attempt("The card was not kept", () => setCard(workspace, place, text));
    const words = (text: string) =>
      attempt("The description was not kept", () => describe(workspace, place, text));
    const tag = (key: string, value: string) =>
      attempt(`The tag ${key} was not kept`, () => setTag(workspace, place, key, value));
    const untag = (key: string) =>
      attempt(`The tag ${key} was not removed`, () => removeTag(workspace, place, key));
    return {
      writeCard: (text) => tell(card(text), "Card saved", () => card(standing.card)),
      describe: (text) => tell(words(text), "Description saved", () => words(standing.description)),
      setTag: (key, value) => {
        const before = standing.tags[key];
        const undo = () => (before === undefined ? untag(key) : tag(key, before));
        return tell(tag(key, value), `Tag ${key} saved`, undo);
      },
      removeTag: (key, value) => tell(untag(key), `Tag ${key} removed`, () => tag(key, value)),
      removeAlias: (alias) =>
        tell(
          attempt(`The alias ${alias} was not removed`, () => removeAlias(workspace, name, alias)),
          `Alias ${alias} removed`,
          null,
        ),
      rename: async (next) => {
        await renameModel(workspace, name, next);
        toastDone(`Renamed to ${next}`);
      },
      remove: async () => {
        await removePlace(workspace, place);
        // Not what is gone, whose page is about to be left.
        await client.invalidateQueries({ queryKey: keys.registryPart(workspace, "list") });
        if (version !== undefined)
          await client.invalidateQueries({ queryKey: keys.registryPart(workspace, "versions", name) });
        toastDone(version === undefined ? `${name} deleted` : `Version ${version} deleted`);
      },
    };
  }, [workspace, client, name, version, standing]);
}
