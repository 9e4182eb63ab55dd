import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { corsCommand } from '#domain/blob-cors.ts';

/** The command as bash itself takes it apart. */
function words(command: string): readonly string[] {
  return execFileSync('bash', ['-c', `az() { printf '%s\\0' "$@"; }; ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('the command for a CORS rule', () => {
  test('is the one that was written down for this page (browser.md 5)', () => {
    expect(corsCommand('acct.blob.core.windows.net', 'https://me.github.io')).toBe(
      'az storage cors add --services b --methods GET HEAD PUT OPTIONS --origins https://me.github.io ' +
        '--allowed-headers "content-type,x-ms-*" --exposed-headers "x-ms-*,etag" --max-age 3600 --account-name acct',
    );
  });

  test.each([
    'https://me.github.io',
    'http://localhost:4173',
    'null',
    "https://o'reilly.example",
    'https://a.example; rm -rf $HOME',
    'https://a.example`id`$(id)"x"\nid',
  ])('gives %j to bash as one word', (origin) => {
    expect(words(corsCommand('acct123.blob.core.chinacloudapi.cn', origin))).toEqual([
      ...['storage', 'cors', 'add', '--services', 'b', '--methods', 'GET', 'HEAD', 'PUT', 'OPTIONS'],
      ...['--origins', origin, '--allowed-headers', 'content-type,x-ms-*'],
      ...['--exposed-headers', 'x-ms-*,etag', '--max-age', '3600', '--account-name', 'acct123'],
    ]);
  });

  test.each(['127.0.0.1:10000', 'cdn.example.com', 'a;id.blob.core.windows.net', ''])(
    '%j names no account: a word to be replaced stands there',
    (host) => {
      expect(corsCommand(host, 'https://me.github.io')).toMatch(/--account-name ACCOUNT$/);
    },
  );
});
