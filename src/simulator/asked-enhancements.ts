/** What a request asks the vision enhancements for. */
export interface AskedEnhancements {
  readonly ocr: boolean;
  readonly grounding: boolean;
}
