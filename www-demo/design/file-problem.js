/** Why a file, a text or a link is not a design. */

export class FileProblem extends Error {
  /**
   * @param {string} field what is at fault, as the server names it (`prizes[3].probability`); empty if it is the whole
   * @param {string} words for the designer
   */
  constructor(field, words) {
    super(words);
    this.name = "FileProblem";
    this.field = field;
    this.words = words;
  }
}
