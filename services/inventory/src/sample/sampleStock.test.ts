import { sampleReceiptId, sampleReceipts } from './sampleStock.ts';

describe('sample stock', () => {
  const skus = Array.from({ length: 2000 }, (_, n) => `LF-${n}-1`);

  it('is the same on every machine: what is stocked is never stocked anew', () => {
    expect(sampleReceiptId('LF-00001-1')).toBe(
      '02cf75f5-8d16-8b14-9724-8618c18196db',
    );
    expect(
      sampleReceipts('LF-00001-1').map(({ quantity }) => quantity),
    ).toEqual([1373, 327, 900]);
  });

  it('is plenty of most, a few of some and nothing of a few', () => {
    const totals = skus.map(sku =>
      sampleReceipts(sku).reduce((sum, { quantity }) => sum + quantity, 0),
    );
    const share = (fits: (total: number) => boolean) =>
      totals.filter(fits).length / skus.length;
    expect(share(total => total === 0)).toBeCloseTo(0.03, 1);
    expect(share(total => total > 0 && total <= 5)).toBeCloseTo(0.05, 1);
    expect(share(total => total >= 600)).toBeCloseTo(0.92, 1);
    expect(new Set(skus.map(sampleReceiptId)).size).toBe(skus.length);
  });
});
