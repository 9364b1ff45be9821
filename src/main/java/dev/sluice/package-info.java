/**
 * Sluice, an LLM gateway. {@link dev.sluice.MainVerticle} assembles the packages; {@code src/docs/architecture.md} is
 * the map of them.
 */
package dev.sluice;
