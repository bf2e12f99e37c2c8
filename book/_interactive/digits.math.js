/* Reading a drawn digit: from strokes to grey values, to a picture as MNIST's are, through the network, and
   back to the pixels. Pure functions; pictures are lists of grey values from 0 to 1, row after row. */

Interactives.math.digits = (function () {
  "use strict";

  var SIDE = 28, BOX = 20;

  /* --- Numbers in letters ------------------------------------------------------------------------- */

  function bytes(letters) {
    return Uint8Array.from(atob(letters), function (sign) { return sign.charCodeAt(0); });
  }

  /* Little-endian float32 numbers, as the build writes them. */
  function floats(letters) {
    var view = new DataView(bytes(letters).buffer), list = new Float64Array(view.byteLength / 4);
    for (var k = 0; k < list.length; k += 1) { list[k] = view.getFloat32(4 * k, true); }
    return list;
  }

  /* The network {n, W, b} with W[l] row after row; ReLU in the hidden layers, the softmax last. */
  function decodeNetwork(data) {
    var network = { n: data.n, W: {}, b: {} };
    for (var l = 1; l < data.n.length; l += 1) {
      network.W[l] = floats(data.W[l]);
      network.b[l] = floats(data.b[l]);
    }
    return network;
  }

  function decodePictures(letters) {
    var all = bytes(letters), list = [];
    for (var k = 0; k < all.length; k += SIDE * SIDE) {
      list.push(Float64Array.from(all.subarray(k, k + SIDE * SIDE), function (value) { return value / 255; }));
    }
    return list;
  }

  /* --- The network -------------------------------------------------------------------------------- */

  function softmax(z) {
    var top = Math.max.apply(null, z);
    var e = Array.from(z, function (value) { return Math.exp(value - top); });
    var total = e.reduce(function (a, b) { return a + b; }, 0);
    return e.map(function (value) { return value / total; });
  }

  function forward(network, x) {
    var L = network.n.length - 1, z = {}, a = { 0: x };
    for (var l = 1; l <= L; l += 1) {
      var rows = network.n[l], columns = network.n[l - 1], W = network.W[l];
      z[l] = new Float64Array(rows);
      for (var i = 0; i < rows; i += 1) {
        var sum = network.b[l][i];
        for (var j = 0; j < columns; j += 1) { sum += W[i * columns + j] * a[l - 1][j]; }
        z[l][i] = sum;
      }
      a[l] = l < L ? z[l].map(function (value) { return Math.max(value, 0); }) : softmax(z[l]);
    }
    return { z: z, a: a, logits: z[L], p: a[L] };
  }

  /* The derivative of log p_k by each pixel: minus the gradient of the cross-entropy with the target k. The
     errors start from p - y and come back by the recursion; layer 0 has no slope. */
  function speaksFor(network, values, k) {
    var L = network.n.length - 1;
    var delta = values.p.map(function (p, i) { return p - (i === k ? 1 : 0); });
    for (var l = L; l >= 1; l -= 1) {
      var columns = network.n[l - 1], before = new Float64Array(columns), W = network.W[l];
      for (var i = 0; i < network.n[l]; i += 1) {
        for (var j = 0; j < columns; j += 1) { before[j] += W[i * columns + j] * delta[i]; }
      }
      if (l > 1) {
        for (j = 0; j < columns; j += 1) { if (!(values.z[l - 1][j] > 0)) { before[j] = 0; } }
      }
      delta = before;
    }
    return delta.map(function (value) { return -value; });
  }

  function leader(p) {
    return p.reduce(function (best, value, k) { return value > p[best] ? k : best; }, 0);
  }

  /* --- From strokes to a picture ------------------------------------------------------------------- */

  function distance(x, y, a, b) {
    var dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
    var t = length > 0 ? Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / length)) : 0;
    return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
  }

  /* Draw strokes, lists of points in pixels, with a round pen on a square of `side` pixels. */
  function ink(strokes, side, radius) {
    var grey = new Float64Array(side * side);
    strokes.forEach(function (stroke) {
      stroke.forEach(function (point, k) {
        var from = stroke[Math.max(k - 1, 0)], reach = radius + 1;
        var left = Math.max(0, Math.floor(Math.min(from[0], point[0]) - reach)), right = Math.min(side - 1, Math.ceil(Math.max(from[0], point[0]) + reach));
        var top = Math.max(0, Math.floor(Math.min(from[1], point[1]) - reach)), bottom = Math.min(side - 1, Math.ceil(Math.max(from[1], point[1]) + reach));
        for (var r = top; r <= bottom; r += 1) {
          for (var c = left; c <= right; c += 1) {
            var value = Math.max(0, Math.min(1, radius + 0.5 - distance(c + 0.5, r + 0.5, from, point)));
            if (value > grey[r * side + c]) { grey[r * side + c] = value; }
          }
        }
      });
    });
    return grey;
  }

  /* The smallest rectangle that holds all ink, or null. */
  function box(grey, side) {
    var found = null;
    grey.forEach(function (value, k) {
      if (value <= 0) { return; }
      var r = Math.floor(k / side), c = k % side;
      found = found || { top: r, bottom: r + 1, left: c, right: c + 1 };
      found.top = Math.min(found.top, r); found.bottom = Math.max(found.bottom, r + 1);
      found.left = Math.min(found.left, c); found.right = Math.max(found.right, c + 1);
    });
    return found;
  }

  /* How much of each of `count` source pixels lies in each of `wanted` equal parts: rows of weights of sum 1. */
  function shares(count, wanted) {
    var width = count / wanted;
    return Array.from({ length: wanted }, function (_, k) {
      return Array.from({ length: count }, function (__, s) {
        return Math.max(0, Math.min(s + 1, (k + 1) * width) - Math.max(s, k * width)) / width;
      });
    });
  }

  function corner(centre, side) {
    return Math.min(SIDE - side, Math.max(0, Math.ceil(SIDE / 2 - centre)));
  }

  /* Make a square drawing into a picture as MNIST's are: the ink's rectangle is scaled so that its longer side
     is 20 pixels, each pixel the mean of the area that it covers, and put into 28 x 28 pixels so that its centre
     of mass lies in the pixel of row 14 and column 14, unless it would leave the field. As nnmath/app/centring.py. */
  function centre(grey, side) {
    var picture = new Float64Array(SIDE * SIDE), where = box(grey, side);
    if (!where) { return picture; }
    var height = where.bottom - where.top, width = where.right - where.left, longer = Math.max(height, width);
    var rows = Math.max(1, Math.floor(height * BOX / longer + 0.5)), columns = Math.max(1, Math.floor(width * BOX / longer + 0.5));
    var down = shares(height, rows), across = shares(width, columns);
    var small = [], mass = 0, atRow = 0, atColumn = 0;
    for (var r = 0; r < rows; r += 1) {
      for (var c = 0; c < columns; c += 1) {
        var value = 0;
        for (var i = 0; i < height; i += 1) {
          if (down[r][i] === 0) { continue; }
          for (var j = 0; j < width; j += 1) {
            if (across[c][j] > 0) { value += down[r][i] * across[c][j] * grey[(where.top + i) * side + where.left + j]; }
          }
        }
        small.push(value);
        mass += value;
        atRow += value * (r + 0.5);
        atColumn += value * (c + 0.5);
      }
    }
    var first = corner(atRow / mass, rows), left = corner(atColumn / mass, columns);
    small.forEach(function (grey, k) {
      picture[(first + Math.floor(k / columns)) * SIDE + left + k % columns] = grey;
    });
    return picture;
  }

  return {
    SIDE: SIDE, decodeNetwork: decodeNetwork, decodePictures: decodePictures, forward: forward, speaksFor: speaksFor,
    leader: leader, ink: ink, centre: centre
  };
})();
