/** What files of an answer's evidence say. */
export const takeaway = {
  report: {
    question: 'Question',
    answer: 'Answer',
    evidence: 'Evidence',
    noPicture: 'The picture itself is not here.',
    simulated: 'This answer and what was found in the picture come from a simulator.',
    missing: 'There is no such line.',
  },
};
