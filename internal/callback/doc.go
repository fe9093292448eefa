// Package callback delivers pushes: it takes them from a queue, seals them as the
// real service does, posts them to the callback URLs of third-party platforms and
// tells how each attempt went.
//
// A [Sender] makes one attempt. A [Worker] keeps the rules of order: deliveries to
// one URL go out one at a time and in the order of the queue, those to different
// URLs know nothing of each other, so that a receiver that hangs delays only itself.
//
// A delivery goes out at least once. It goes out again when the attempt could not be
// recorded, or when the node ended between the two.
package callback
