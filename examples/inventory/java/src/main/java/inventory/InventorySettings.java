package inventory;

/**
 * What differs between deployments.
 *
 * @param noticesUrl where low-stock notices are posted
 * @param builtHandlers directory of the handlers
 * @param forDemo tables go with the stack, and attempts follow each other quickly
 */
public record InventorySettings(String noticesUrl, String builtHandlers, boolean forDemo) {
}
