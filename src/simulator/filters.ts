const safe = { filtered: false, severity: 'safe' };

/** As recorded in 2026 (REC): the four harms, and jailbreak for prompts. */
export const promptFilters = {
  hate: safe,
  jailbreak: { detected: false, filtered: false },
  self_harm: safe,
  sexual: safe,
  violence: safe,
};

/** Of a whole answer. */
export const answerFilters = {
  hate: safe,
  protected_material_code: { detected: false, filtered: false },
  protected_material_text: { detected: false, filtered: false },
  self_harm: safe,
  sexual: safe,
  violence: safe,
};

/** Of a piece of a stream, and of the asynchronous filter. */
export const fourHarms = { hate: safe, self_harm: safe, sexual: safe, violence: safe };

export const blockedFilters = { ...fourHarms, violence: { filtered: true, severity: 'medium' } };

/** CSTREAM's sample of a text that the asynchronous filter withdraws. */
export const protectedTextFound = { protected_material_text: { detected: true, filtered: true } };

/** CF: the filter did not run. */
export const filterFailed = {
  error: { code: 'content_filter_error', message: 'The contents are not filtered' },
};
