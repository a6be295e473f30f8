/** Something that the person in front of the terminal can mend: what failed, and what to do. */
export class Trouble extends Error {
  constructor(message, remedy) {
    super(message);
    this.name = 'Trouble';
    this.remedy = remedy;
  }
}
