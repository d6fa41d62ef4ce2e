const PREFIX = "folder:";

/** A folder of the workspace's store in the place of a run's id: what lies in it is looked at as a run's files are. */
export function folderPlace(folder: string): string {
  return PREFIX + folder;
}

/** The folder of such a place; null for the id of a run. */
export function splitFolderPlace(place: string): string | null {
  return place.startsWith(PREFIX) ? place.slice(PREFIX.length) : null;
}
