/**
 * Virtual keys: their format, their hashes, the key ring that checks the key of each request, and the rules for
 * creating keys.
 */
package dev.sluice.auth.keys;
