package = "kong-plugin-geojson"
version = "1.0.0-1"

source = {
  url = "git+https://github.com/example/kong-plugin-geojson.git",
  tag = "v1.0.0",
}

description = {
  summary = "Answers in GeoJSON when the client asks for it",
  license = "Apache-2.0",
}

dependencies = {
  "lua >= 5.1",
}

build = {
  type = "builtin",
  modules = {
    ["kong.plugins.geojson.handler"] = "kong/plugins/geojson/handler.lua",
    ["kong.plugins.geojson.schema"] = "kong/plugins/geojson/schema.lua",
    ["kong.plugins.geojson.tools"] = "kong/plugins/geojson/tools.lua",
    ["kong.plugins.geojson.api"] = "kong/plugins/geojson/api.lua",
  },
}
