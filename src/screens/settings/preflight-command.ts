/**
 * Asks a service from a terminal what a browser would ask before a question: may this page call you? It carries no
 * key. Quoted for sh, PowerShell's curl.exe and cmd alike.
 */
export function preflightCommand(
  chatUrl: string,
  pageOrigin: string,
  authentication: 'api-key' | 'bearer-token',
): string {
  const header = authentication === 'api-key' ? 'api-key' : 'authorization';
  return [
    `curl -i -X OPTIONS "${withoutShellSigns(chatUrl)}"`,
    `-H "Origin: ${pageOrigin}"`,
    '-H "Access-Control-Request-Method: POST"',
    `-H "Access-Control-Request-Headers: ${header},content-type"`,
  ].join(' ');
}

/** Inside double quotes a shell still reads these; in a URL they may be written as well in percent signs. */
function withoutShellSigns(url: string): string {
  return url.replace(/["$`\\!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
