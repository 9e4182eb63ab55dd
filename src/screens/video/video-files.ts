/** What a picker offers as videos; the container decides, not the name. */
export const videoTypes = 'video/*,.mkv,.ts,.m2ts,.mts,.ogv';
export const subtitleTypes = '.srt,.vtt,text/vtt,application/x-subrip,text/plain';
