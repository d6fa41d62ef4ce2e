import { Message } from "@/lib/Message";
import { PageLink } from "@/lib/PageLink";
import { homePage } from "@/lib/paths";
import { usePage } from "@/lib/usePage";
import { useWorkspace } from "@/lib/workspace";

export function NotFound() {
  const workspace = useWorkspace();
  usePage([{ label: "Not found" }]);
  return (
    <Message heading="h1" title="There is no page at this address">
      <PageLink page={homePage(workspace)}>Go to Home</PageLink>
    </Message>
  );
}
