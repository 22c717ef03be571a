package inventory;

import java.util.Objects;
import software.amazon.awscdk.App;

public final class InventoryApp {
  private InventoryApp() {
  }

  public static void main(final String[] args) {
    final App app = new App();
    new InventoryStack(app, "Inventory", new InventorySettings(
        Objects.requireNonNullElse((String) app.getNode().tryGetContext("noticesUrl"), "https://purchasing.example.com/notices"),
        (String) app.getNode().getContext("builtHandlers"),
        "true".equals(app.getNode().tryGetContext("forDemo"))));
    app.synth();
  }
}
