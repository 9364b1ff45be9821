/**
 * Counts the tokens of a text or a conversation locally: exact for OpenAI's models, whose vocabularies are public, and
 * a marked estimate for all others. Used for admission and for responses without usage; charges are based on the usage
 * that providers report.
 */
package dev.sluice.protocol.tokens;
