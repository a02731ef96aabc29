/**
 * Field numbers of `BidOfferV3`, best level first. Source: settrade-v2 2.2.1 on PyPI, `bidofferv3_pb2`; the whole
 * schema is in `proto/bidofferv3.proto`.
 */
export const bidOfferV3Fields = {
  symbol: 1,
  bidFlag: 22,
  askFlag: 23,
  bidPrices: [2, 3, 4, 5, 6, 24, 25, 26, 27, 28],
  askPrices: [7, 8, 9, 10, 11, 29, 30, 31, 32, 33],
  bidVolumes: [12, 13, 14, 15, 16, 34, 35, 36, 37, 38],
  askVolumes: [17, 18, 19, 20, 21, 39, 40, 41, 42, 43],
} as const;
