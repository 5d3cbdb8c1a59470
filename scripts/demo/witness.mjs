// Prints one line for each thing that the check saw, or did not see, and counts them.

export class Witness {
  #passed = 0;
  #failed = 0;

  /**
   * @param {string} what is to be seen
   * @param {() => Promise<string> | string} look what was seen; throws if it is not what it should
   *   be
   */
  async see(what, look) {
    try {
      const seen = await look();
      this.#passed += 1;
      console.log(`✓ ${what}: ${seen}`);
    } catch (error) {
      this.#failed += 1;
      console.log(`✗ ${what}: ${error.message.trim().replaceAll('\n', '\n    ')}`);
    }
  }

  /** Prints the last line. @returns {boolean} everything was seen */
  conclude() {
    console.log(`demo check: ${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0;
  }
}
