// JavaScript has no channels; this one does what those of Wick and Go do. A value goes straight to a waiting
// receiver, or is kept if there is room, else its sender waits. After close(), receive() gives undefined.

// First in, first out, in constant time: an array's shift() is not.
class Queue {
  #in = [];
  #out = [];
  get length() { return this.#in.length + this.#out.length; }
  push(value) { this.#in.push(value); }
  shift() {
    if (this.#out.length === 0) {
      this.#out = this.#in.reverse();
      this.#in = [];
    }
    return this.#out.pop();
  }
}

export class Channel {
  #room;
  #values = new Queue();
  #senders = new Queue();
  #receivers = new Queue();
  #closed = false;
  constructor(room = 0) { this.#room = room; }

  async send(value) {
    if (this.#receivers.length > 0) this.#receivers.shift()(value);
    else if (this.#values.length < this.#room) this.#values.push(value);
    else await new Promise((resume) => this.#senders.push({ value, resume }));
  }

  async receive() {
    if (this.#values.length > 0) {
      const value = this.#values.shift();
      if (this.#senders.length > 0) this.#values.push(this.#takeSender());
      return value;
    }
    if (this.#senders.length > 0) return this.#takeSender();
    if (this.#closed) return undefined;
    return new Promise((resume) => this.#receivers.push(resume));
  }

  #takeSender() {
    const { value, resume } = this.#senders.shift();
    resume();
    return value;
  }

  close() {
    this.#closed = true;
    while (this.#receivers.length > 0) this.#receivers.shift()(undefined);
  }
}
