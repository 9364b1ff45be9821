/**
 * Virtual keys: their format, their hashes, the ring that every request looks its key up in, and the rules for creating
 * new ones.
 */
package dev.sluice.auth.keys;
