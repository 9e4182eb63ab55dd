/**
 * The command by which a storage account lets this page upload (browser.md 5; Azure CLI, `az storage cors add`).
 * @param host of the account, such as `account.blob.core.windows.net`; its first label is the account's name.
 * @param pageOrigin such as `https://user.github.io`: no path, no slash at its end.
 */
export function corsCommand(host: string, pageOrigin: string): string {
  const account = /^([a-z0-9]{3,24})\.blob\./.exec(host)?.[1] ?? 'ACCOUNT';
  return [
    'az storage cors add --services b',
    '--methods GET HEAD PUT OPTIONS',
    `--origins ${quoted(pageOrigin)}`,
    '--allowed-headers "content-type,x-ms-*"',
    '--exposed-headers "x-ms-*,etag"',
    '--max-age 3600',
    `--account-name ${account}`,
  ].join(' ');
}

/** An origin of the usual form is safe as it is; anything else is quoted for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
