import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { Recipe } from '../support/recipe.ts';

/* docs/recipes/s3-uploads.md, over the wire to an embedded S3, which sends no events: the test makes them. */

const Bucket = 'scans';
let warden: EmbeddedWarden;
let aws: LocalAws;
let s3: S3Client;
beforeAll(async () => {
  [warden, aws] = await Promise.all([startWarden(), startLocalAws()]);
  s3 = new S3Client({ ...aws.client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await Promise.all([warden.close(), aws.close()]);
});

const read = async (id: string) => (await warden.read('uploads', id)).json;

function recipe(work = '') {
  const page = new Recipe('s3-uploads.md', warden.url);
  onTestFinished(() => page.close());
  page.write('work.mjs', `export async function work({ Key }) {${work}}\n`);
  page.write(
    'request.mjs',
    "import { startUpload } from './uploads.mjs';\nconsole.log(await startUpload(process.argv[2]));\n",
  );
  page.write(
    'event.mjs',
    "import { handler } from './on-object-created.mjs';\nawait handler(JSON.parse(process.argv[2]));\n",
  );
  const env = { ...aws.env, BUCKET: Bucket, S3_ENDPOINT: aws.url };
  return {
    /** The presigned URL, and the key in it. */
    request: async (name: string) => {
      const { code, stdout, stderr } = await page.run('node', ['request.mjs', name], env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const url = stdout.trim();
      const [, , ...key] = decodeURIComponent(new URL(url).pathname).split('/');
      return { url, key: key.join('/') };
    },
    /** An event as S3's documentation has it: the key is encoded like a form. */
    deliver: (key: string) => {
      const encoded = key.split('/').map((part) => encodeURIComponent(part).replaceAll('%20', '+'));
      const Records = [
        {
          eventName: 'ObjectCreated:Put',
          s3: { bucket: { name: Bucket }, object: { key: encoded.join('/') } },
        },
      ];
      return page.run('node', ['event.mjs', JSON.stringify({ Records })], env);
    },
  };
}

test('an upload is registered before its URL is known, and completed by its event, also twice', async () => {
  const { request, deliver } = recipe();
  const { url, key } = await request('my scan ä+1.tiff');
  expect(key).toMatch(/^in\/[\w-]+\/my scan ä\+1\.tiff$/);
  expect(await read(key)).toMatchObject({ state: 'waiting', step: 'requested', data: { Bucket, Key: key } });
  expect((await fetch(url, { method: 'PUT', body: 'tiff' })).status).toBe(200);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  expect(await Body?.transformToString()).toBe('tiff');

  for (const _ of [1, 2]) expect(await deliver(key)).toMatchObject({ code: 0, stderr: '' });
  expect(await read(key)).toMatchObject({ state: 'completed' });
});

test('an upload that never arrives is overdue after the step `requested`', async () => {
  const { key } = await recipe().request('lost.tiff');
  await warden.pass(20 * 60_000 + 1_000);
  expect(await read(key)).toMatchObject({ state: 'overdue', step: 'requested' });
});

test('an object whose work fails is overdue after the step `stored`', async () => {
  const { request, deliver } = recipe("throw new Error('broken image')");
  const { key } = await request('broken.tiff');
  expect(await deliver(key)).toMatchObject({ code: 1, stderr: expect.stringContaining('broken image') });
  await warden.pass(20 * 60_000 + 1_000);
  expect(await read(key)).toMatchObject({ state: 'overdue', step: 'stored' });
});

test('an object that nobody registered is worked on', async () => {
  const { deliver } = recipe("console.log('worked on', Key)");
  expect(await deliver('in/by hand.tiff')).toEqual({
    code: 0,
    stdout: 'worked on in/by hand.tiff\n',
    stderr: '',
  });
});
