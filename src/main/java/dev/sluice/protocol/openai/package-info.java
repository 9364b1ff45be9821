/**
 * OpenAI's Chat Completions and legacy Completions, both ways. Chat Completions is the reference format: every
 * OpenAI-compatible provider speaks it, with the quirks that the catalogue names.
 */
package dev.sluice.protocol.openai;
