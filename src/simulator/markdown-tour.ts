/** Every construct that an answer may hold, with some that must stay harmless. */
export const markdownTour = `This is a simulated answer: a tour of Markdown.

# Heading one

## Heading two

### Heading three

A paragraph with **bold**, *italic*, ***both***, ~~struck~~ and \`inline code\`.
A soft break stands before this line,\\
and a hard break before this one.

> A quotation
>
> > with one inside it.

- A list
  - with a list inside
    - and one more
- [x] A task that is done
- [ ] A task that is not

3. A numbered list that starts at three
4. and goes on

| Left | Centre | Right |
| :--- | :----: | ----: |
| a | b | c |
| \`code\` | **bold** | 1,234.56 |
| a \\| bar | [link](https://learn.microsoft.com/) | |

\`\`\`python
def area(width: int, height: int) -> int:
    """Pixels of a picture."""
    return width * height
\`\`\`

\`\`\`json
{ "simulated": true, "items": [1, 2.5, null] }
\`\`\`

\`\`\`
No language is named here.
\`\`\`

    Indented code.

Inline maths $e^{i\\pi} + 1 = 0$ and a price of $5 that is no maths, then a display:

$$
\\sum_{n=1}^{\\infty} \\frac{1}{n^2} = \\frac{\\pi^2}{6}
$$

\\[ \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\]

Links: [one with a name](https://learn.microsoft.com/azure/ai-services/), <https://example.com/auto>,
https://example.com/bare, [a harmful one](javascript:alert(document.domain)) and
[another](data:text/html,<script>alert(1)</script>).

A remote picture, which must not be loaded by itself: ![a tracking pixel](https://tracker.example/pixel.png?id=1 "Pixel")

Raw HTML, which must stay text: <b>bold?</b> <img src="x" onerror="alert(1)"> <script>alert(1)</script>

<details><summary>Raw block</summary>Not a widget.</details>

---

中文、日本語、العربية, עברית, emoji 👩‍👩‍👧‍👦 and a_very_long_identifier_without_any_space_that_has_to_wrap_somewhere_because_the_column_is_narrow_0123456789.

Entities: &amp; &lt; &copy;. An escape: \\*not italic\\*. A footnote[^1].

[^1]: Its text.

An unfinished fence ends it:

\`\`\`sql
SELECT widthPx, heightPx FROM pictures
`;
