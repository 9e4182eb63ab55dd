interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
}

/** The one policy of our own that the CSP allows; browsers without Trusted Types take the plain URL. */
const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('app-url', {
  createScriptURL(url) {
    const { origin, href } = new URL(url, document.baseURI);
    if (origin !== location.origin) throw new TypeError('Workers come from this site only');
    return href;
  },
});

/** Starts a module worker from this site's own files. Throws TypeError for any other address. */
export function startWorker(url: string): Worker {
  return new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module' });
}
