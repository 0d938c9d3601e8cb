// JavaScript has no channels; this one does what those of Wick and Go do. A value goes straight to a waiting receiver,
// or is kept if there is room, else its sender waits. After close(), receive() gives undefined.
//
// Both operations give a promise only if they have to wait: awaiting a plain value is the cheaper of the two.

// First in, first out. An array's shift() moves all that is behind it, so this one remembers where the first is.
class Queue {
  #items = [];
  #first = 0;
  get length() { return this.#items.length - this.#first; }
  push(value) { this.#items.push(value); }
  shift() {
    const value = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length) {
      this.#items.length = this.#first = 0;
    } else if (this.#first > 1000 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return value;
  }
}

export class Channel {
  #room;
  #values = null; // the queues are made when they are first needed
  #senders = null;
  #receivers = null;
  #closed = false;
  constructor(room = 0) { this.#room = room; }

  send(value) {
    if (this.#receivers?.length) return void this.#receivers.shift()(value);
    if (this.#room > (this.#values?.length ?? 0)) return void (this.#values ??= new Queue()).push(value);
    return new Promise((resume) => (this.#senders ??= new Queue()).push({ value, resume }));
  }

  receive() {
    if (this.#values?.length) {
      const value = this.#values.shift();
      if (this.#senders?.length) this.#values.push(this.#takeSender());
      return value;
    }
    if (this.#senders?.length) return this.#takeSender();
    if (this.#closed) return undefined;
    return new Promise((resume) => (this.#receivers ??= new Queue()).push(resume));
  }

  #takeSender() {
    const { value, resume } = this.#senders.shift();
    resume();
    return value;
  }

  close() {
    this.#closed = true;
    while (this.#receivers?.length) this.#receivers.shift()(undefined);
  }
}
