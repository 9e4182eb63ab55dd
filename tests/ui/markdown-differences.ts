/** Examples that are drawn otherwise on purpose, by reason. One that is missing here, or need not be here, fails. */
export const differences: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'commonmark-0.31.2-spec.json': {
    'raw HTML is text': [
      21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166,
      167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187,
      188, 189, 190, 191, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614, 615, 616, 617, 623, 625,
      626, 627, 628, 629, 630, 631, 642, 643,
    ],
    'a link that leads into this app, or opens another program, is shown as it was written': [
      194, 195, 200, 203, 204, 206, 217, 484, 485, 486, 487, 489, 492, 495, 496, 498, 499, 500, 501, 502, 503,
      504, 517, 520, 522, 531, 544, 565, 566, 567, 568, 570, 571, 573, 574, 575, 576, 577, 578, 580, 596, 598,
      599, 601,
    ],
    'addresses are linked without angle brackets too (GFM)': [602, 608, 611, 612],
    'names of characters beyond HTML 4 stay as written': [25],
    'brackets with backslashes are maths': [12],
  },
  'gfm-spec.json': {
    'raw HTML is text': [
      118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138,
      139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159,
      160, 288, 289, 317, 327, 354, 484, 485, 486, 500, 503, 532, 544, 632, 633, 634, 635, 636, 642, 644, 647,
      648, 649, 650, 651, 653, 663, 664,
    ],
    'a link that leads into this app, or opens another program, is shown as it was written': [
      163, 164, 169, 172, 173, 175, 186, 495, 496, 498, 501, 504, 505, 506, 507, 508, 509, 510, 511, 512, 525,
      528, 530, 539, 552, 573, 574, 575, 576, 578, 579, 581, 582, 583, 584, 585, 586, 588, 604, 606, 607, 609,
      628,
    ],
    'addresses are linked without angle brackets too (the extension, in examples without it)': [
      610, 616, 619, 620,
    ],
    'names of characters beyond HTML 4 stay as written': [321],
    'brackets with backslashes are maths': [308],
  },
};
