package allconstructs;

import inventory.InventorySettings;
import inventory.InventoryStack;
import software.amazon.awscdk.App;

public final class AllConstructsApp {
  private AllConstructsApp() {
  }

  public static void main(final String[] args) {
    final App app = new App();
    final String handlers = (String) app.getNode().getContext("builtHandlers");
    new InventoryStack(app, "Inventory", new InventorySettings("https://purchasing.example.com/notices", handlers, false));
    new AllConstructsStack(app, "AllConstructs", handlers);
    app.synth();
  }
}
