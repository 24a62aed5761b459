import { describe, expect, test } from 'vitest';
import { foreignRequest } from '../../../local/http-bridge/foreign-request.ts';

const port = 8080;
type Headers = Record<string, string>;
const asked = (headers: Headers, { method = 'GET', anyHost = false, at = port } = {}) =>
  foreignRequest({ method, headers, port: at, anyHost });

describe('security H2: without --auth', () => {
  test.each(['localhost:8080', 'LOCALHOST:8080', '127.0.0.1:8080', '127.1.2.3:8080', '[::1]:8080'])(
    'the Host %s is this machine',
    (host) => expect(asked({ host })).toBeUndefined(),
  );

  test('port 80 need not be named', () => {
    expect(asked({ host: 'localhost' }, { at: 80 })).toBeUndefined();
  });

  test.each([
    'evil.example:8080',
    'evil.example',
    'localhost',
    'localhost:8081',
    'localhost.evil.example:8080',
    'localhost.:8080',
    '127.0.0.1.evil.example:8080',
    '127.example:8080',
    '10.0.0.1:8080',
    '0.0.0.0:8080',
    '[::2]:8080',
    'user@localhost:8080',
    '',
  ])('the Host %j is not', (host) => {
    expect(asked({ host })).toMatch(/^the Host header must be localhost:8080/);
  });

  test('a request without a Host is refused', () => {
    expect(asked({})).toMatch(/Host/);
  });
});

test('security H2: with --auth the Host is free', () => {
  expect(asked({ host: 'warden.example.org' }, { anyHost: true })).toBeUndefined();
  expect(asked({}, { anyHost: true })).toBeUndefined();
});

describe.each([false, true])('security H2: with any Host %s', (anyHost) => {
  const host = 'localhost:8080';

  test.each([
    'https://evil.example',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'null',
    'nonsense',
    '',
  ])('the Origin %j is refused', (origin) =>
    expect(asked({ host, origin }, { anyHost, method: 'POST' })).toMatch(/^the Origin header/),
  );

  test('the Origin of the service itself is taken', () => {
    const own = { host, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' };
    expect(asked(own, { anyHost, method: 'POST' })).toBeUndefined();
    expect(asked({ host, 'sec-fetch-site': 'none' }, { anyHost })).toBeUndefined();
  });

  test.each(['cross-site', 'same-site'])('a page that is %s may not send', (site) => {
    const sent: Headers = { host, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
    expect(asked(sent, { anyHost })).toMatch(/^the Sec-Fetch-Site header/);
    const frame = { ...sent, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect(asked(frame, { anyHost })).toMatch(/^the Sec-Fetch-Site header/);
    const form = { ...sent, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(asked(form, { anyHost, method: 'POST' })).toMatch(/^the Sec-Fetch-Site header/);
  });

  test('a person may follow a link from anywhere', () => {
    const link = {
      host,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(asked(link, { anyHost })).toBeUndefined();
  });
});
