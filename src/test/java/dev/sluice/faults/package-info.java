/**
 * The fault suite: everything that providers do wrong, each through every way a client can ask, with what the client
 * sees and what the provider saw.
 */
package dev.sluice.faults;
