/** Registers what keeps the client for times without a network. */

type Policy = { createScriptURL(address: string): unknown };
type Factory = {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
};

export function startOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const types = (window as { trustedTypes?: Factory }).trustedTypes;
  const policy = types?.createPolicy("sw", {
    createScriptURL: (address) => (address === "/sw.js" ? address : ""),
  });
  const address = (policy?.createScriptURL("/sw.js") ?? "/sw.js") as string;
  navigator.serviceWorker.register(address).catch(() => undefined);
}
