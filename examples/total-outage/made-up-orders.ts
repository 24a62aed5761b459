export interface Order {
  id: string;
  customer: string;
  lines: { article: string; quantity: number }[];
  /** In cents. */
  total: number;
}

/** This many orders, all different. The first one has the number `first`. */
export function madeUpOrders(first: number, count: number): Order[] {
  return Array.from({ length: count }, (_, index) => {
    const n = first + index;
    return {
      id: `order-${String(n).padStart(5, '0')}`,
      customer: `Zoë Müller & Söhne ${n}`,
      lines: [{ article: `article-${n % 97}`, quantity: 1 + (n % 5) }],
      total: 100 + n * 17,
    };
  });
}
