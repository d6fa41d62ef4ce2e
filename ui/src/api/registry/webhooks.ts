import { queryOptions } from "@tanstack/react-query";
import { deleteJson, getJson, NATIVE, patchJson, postJson, type Workspace } from "../client";
import type { components } from "../generated";
import { keys } from "../keys";

type Wire = components["schemas"];

export interface Webhook extends Omit<Wire["WebhookRow"], "status"> {
  status: "ACTIVE" | "DISABLED";
}

export interface Delivery extends Omit<Wire["DeliveryRow"], "state"> {
  state: "waiting" | "delivered" | "failed";
}

export type WebhookTrial = Wire["WebhookTrial"];

export interface NewWebhook {
  name: string;
  url: string;
  events: readonly string[];
  /** Empty for none. */
  secret: string;
}

const ROOT = `${NATIVE}/webhooks`;
/** Webhooks, and deliveries of one, that are shown. */
const LISTED = 100;
/** Deliveries happen on their own: they are asked for again this often while somebody looks. */
const MOVING_MS = 4_000;

/** The latest webhooks of the workspace; only administrators may see them. */
export function webhooksQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: keys.webhooks(workspace),
    queryFn: async ({ signal }) => {
      const found = await getJson<{ webhooks: Webhook[] }>(workspace, ROOT, {
        query: { limit: LISTED },
        signal,
      });
      return found.webhooks;
    },
  });
}

/** The latest of what a webhook was told, and is to be told. */
export function deliveriesQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: [...keys.webhooks(workspace), id],
    queryFn: async ({ signal }) => {
      const query = { limit: LISTED };
      const found = await getJson<{ deliveries: Delivery[] }>(workspace, `${pathOf(id)}/deliveries`, {
        query,
        signal,
      });
      return found.deliveries;
    },
    refetchInterval: MOVING_MS,
  });
}

export function createWebhook(workspace: Workspace, made: NewWebhook): Promise<Webhook> {
  return postJson(workspace, ROOT, made);
}

export function switchWebhook(workspace: Workspace, id: string, on: boolean): Promise<Webhook> {
  return patchJson(workspace, pathOf(id), { status: on ? "ACTIVE" : "DISABLED" });
}

export function deleteWebhook(workspace: Workspace, id: string): Promise<unknown> {
  return deleteJson(workspace, pathOf(id));
}

/** Sends an example of the webhook's first event; says what was answered. */
export function tryWebhook(workspace: Workspace, id: string): Promise<WebhookTrial> {
  return postJson(workspace, `${pathOf(id)}/test`, {});
}

/** Sends a delivery that is over once more. */
export function sendAgain(workspace: Workspace, id: string, deliveryId: string): Promise<Delivery> {
  return postJson(workspace, `${pathOf(id)}/deliveries/${encodeURIComponent(deliveryId)}/send`, {});
}

function pathOf(id: string): string {
  return `${ROOT}/${encodeURIComponent(id)}`;
}
