import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonText } from '../../../../core/json-text.ts';
import { loadData, storeData } from '../../../../core/model/item/stored-data.ts';

const text = (value: string) => value as JsonText;

describe('stored data (P5)', () => {
  test('is returned exactly as stored, whatever it is', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'large' }), (json) => {
        expect(loadData(storeData(text(json)))).toBe(json);
      }),
    );
  });

  test('is compressed if that makes it smaller, and only then', () => {
    const repetitive = text(
      JSON.stringify({ rows: Array(500).fill({ bucket: 'incoming', key: 'scan.tiff' }) }),
    );
    const stored = storeData(repetitive);
    expect(stored).toBeInstanceOf(Uint8Array);
    expect(stored.length).toBeLessThan(repetitive.length / 20);
    expect(storeData(text('{"a":1}'))).toBe('{"a":1}');
  });

  test('of up to 200 bytes is not compressed: that would cost more than it saves', () => {
    const short = text(JSON.stringify('x'.repeat(198)));
    expect(storeData(short)).toBe(short);
    expect(storeData(text(JSON.stringify('x'.repeat(199))))).toBeInstanceOf(Uint8Array);
  });

  test('is measured in bytes, not characters', () => {
    const wide = text(JSON.stringify('🚀'.repeat(50)));
    expect(loadData(storeData(wide))).toBe(wide);
    expect(storeData(wide)).toBeInstanceOf(Uint8Array);
  });

  test('of the largest allowed size is returned', () => {
    const largest = text(`"${'x'.repeat(200 * 1024 - 2)}"`);
    expect(loadData(storeData(largest))).toBe(largest);
  });

  test('that was damaged throws instead of returning something else', () => {
    expect(() => loadData(new Uint8Array([1, 2, 3]))).toThrow();
  });
});
