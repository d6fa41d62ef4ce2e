/** What a webhook can be told of, in the groups and words in which people choose. */
export const EVENT_GROUPS: readonly { title: string; events: readonly (readonly [string, string])[] }[] = [
  {
    title: "Versions",
    events: [
      ["model_version.created", "registered"],
      ["model_version_alias.created", "given an alias"],
      ["model_version_alias.deleted", "lost an alias"],
      ["model_version_stage.changed", "moved to a stage"],
      ["model_version_tag.set", "tagged"],
      ["model_version_tag.deleted", "tag removed"],
      ["model_version.updated", "described"],
      ["model_version.deleted", "deleted"],
    ],
  },
  {
    title: "Models",
    events: [
      ["registered_model.created", "made"],
      ["registered_model.renamed", "renamed"],
      ["registered_model.updated", "described"],
      ["registered_model_tag.set", "tagged"],
      ["registered_model_tag.deleted", "tag removed"],
      ["registered_model.deleted", "deleted"],
    ],
  },
  {
    title: "Prompts",
    events: [
      ["prompt.created", "made"],
      ["prompt_version.created", "version written"],
      ["prompt_alias.created", "given an alias"],
      ["prompt_alias.deleted", "lost an alias"],
      ["prompt_tag.set", "tagged"],
      ["prompt_tag.deleted", "tag removed"],
      ["prompt_version_tag.set", "version tagged"],
      ["prompt_version_tag.deleted", "tag of a version removed"],
    ],
  },
];

/** What most people want to hear of. */
export const USUAL_EVENTS: readonly string[] = ["model_version.created", "model_version_alias.created"];
