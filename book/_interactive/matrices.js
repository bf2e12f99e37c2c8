/* Matrices as lists of rows. Pure functions. */

Interactives.matrices = (function () {
  "use strict";

  function product(left, right) {
    return left.map(function (row) {
      return right[0].map(function (_, column) {
        return row.reduce(function (sum, value, k) { return sum + value * right[k][column]; }, 0);
      });
    });
  }

  function transposed(matrix) {
    return matrix[0].map(function (_, column) { return matrix.map(function (row) { return row[column]; }); });
  }

  /* The matrix of change(value, row, column). */
  function mapped(matrix, change) {
    return matrix.map(function (row, i) { return row.map(function (value, j) { return change(value, i, j); }); });
  }

  return { product: product, transposed: transposed, mapped: mapped };
})();
