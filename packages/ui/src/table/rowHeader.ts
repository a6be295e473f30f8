/** The header cell of a row; like the other cells it has no line below in the last row. */
export const rowHeaderSx = { 'tr:last-of-type > &': { borderBottom: 0 } };
